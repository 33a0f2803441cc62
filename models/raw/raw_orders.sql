{{ read_raw() }}
