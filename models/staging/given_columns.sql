{{ given_columns() }}
