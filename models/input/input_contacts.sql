{{ input_rows() }}
