"""The controlled-drug register: its rows, and second signatures."""
