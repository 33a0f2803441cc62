{{ loaded_files() }}
