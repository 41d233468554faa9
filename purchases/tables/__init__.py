"""Reports of purchasing as tables to take away (CSV, XLSX, PDF)."""
