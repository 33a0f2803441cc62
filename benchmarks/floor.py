"""How much dearer is a build than hand-written DuckDB from the same typed Parquet?"""
import sys, time
from pathlib import Path
import duckdb

FLOOR = Path(__file__).parent / "floor"
ROOT = Path(__file__).resolve().parent.parent
def floor(raw: Path, target: Path, as_of: str):
    c = duckdb.connect(str(target))
    c.execute(f"set timezone='UTC'; set variable as_of = date '{as_of}'; set variable end_of_as_of = timezone('UTC', timezone('Europe/Zurich', (date '{as_of}' + 1)::timestamp))")
    for seed in (ROOT / "seeds/reference").glob("*.csv"):
        c.execute(f"create temp table {seed.stem} as from read_csv('{seed}', header=true)")
    for t in "contacts contact_traits orders order_items email_events campaigns web_events support_cases segment_members_manual suppressions erasures".split():
        f = f"{raw}/{t}.parquet" if (raw / f"{t}.parquet").exists() else f"{raw}/{t}/*.parquet"
        c.execute(f"create temp view raw_{t} as from read_parquet('{f}')")
    for sql in sorted(FLOOR.glob("*.sql")):
        for st in c.extract_statements(sql.read_text()):
            t0 = time.process_time()
            try: c.execute(st)
            except Exception: print(st.query); raise
            d = time.process_time() - t0
            if d > 0.1: print(f"{d:6.2f}", st.query.strip().splitlines()[0] if not st.query.strip().startswith('--') else st.query.strip().splitlines()[2][:80])
    return c
if __name__ == "__main__":
    t = Path(sys.argv[2]); t.unlink(missing_ok=True)
    c = floor(Path(sys.argv[1]), t, "2026-06-30")
