"""Takes in the user's CSV and Parquet files, and checks them against the input contract."""
