{{ loaded_rows('unreadable_lines') }}
