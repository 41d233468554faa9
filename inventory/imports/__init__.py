"""Reading files of products and stock: bytes -> table -> checked rows -> what would change."""
