"""The embedded document reader: digital PDFs, spreadsheets and photos of warehouse offers.

Pure Python without Django or a database, so that it can be tested, timed and replaced alone.
"""
