{{ utc_days() }}
