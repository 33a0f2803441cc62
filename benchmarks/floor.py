"""How much dearer is a build than hand-written DuckDB from the same typed Parquet?"""
import re, sys, time
from pathlib import Path
import duckdb

FLOOR = Path(__file__).parent / "floor"
ROOT = Path(__file__).resolve().parent.parent
COMPILED = ROOT / "target/compiled/customer_segments/models/marts/segments"
def compiled(path): return re.sub(r'"[a-z_]+"\."[a-z_]+"\."([a-z_0-9]+)"', r"\1", path.read_text())
PYTHON = {"slipping_away"}
def filled(text):
    rules = {p.stem: compiled(p) for p in sorted((COMPILED / "rules").rglob("*.sql")) if p.stem not in PYTHON}
    views, done = [], set()
    needed = {r for sql in rules.values() for r in rules if re.search(rf"from {r}\b|join {r}\b|ref {r}\b", sql)}
    def view(r):
        if r in done: return
        done.add(r)
        for o in sorted(needed):
            if o != r and re.search(rf"\b(from|join) {o}\b", rules[r]): view(o)
        views.append(f"""create temp view {r} as
            select coalesce(m.contact_id, c.contact_id) as contact_id from ({rules[r]}) as m
            full join (from manual_changes where segment = '{r}') as c on m.contact_id = c.contact_id
            where coalesce(c.action, 'add') = 'add';""")
    for r in sorted(needed): view(r)
    union = "\nunion all\n".join(f"select contact_id, '{r}' as segment from ({sql})" for r, sql in rules.items())
    return text.replace("{rules}\n    union", union + "\n    union").replace("{views}", "\n".join(views)).replace("\n{definitions};", "\n" + compiled(COMPILED / "members/segment_definitions.sql") + ";")
def floor(raw: Path, target: Path, as_of: str):
    c = duckdb.connect(str(target))
    c.execute(f"set timezone='UTC'; set variable as_of = date '{as_of}'; set variable end_of_as_of = timezone('UTC', timezone('Europe/Zurich', (date '{as_of}' + 1)::timestamp))")
    for seed in (ROOT / "seeds/reference").glob("*.csv"):
        c.execute(f"create temp table {seed.stem} as from read_csv('{seed}', header=true)")
    for t in "contacts contact_traits orders order_items email_events campaigns web_events support_cases segment_members_manual suppressions erasures".split():
        f = f"{raw}/{t}.parquet" if (raw / f"{t}.parquet").exists() else f"{raw}/{t}/*.parquet"
        c.execute(f"create temp view raw_{t} as from read_parquet('{f}', filename = true, file_row_number = true)")
    rules = [p.stem for p in (ROOT / "models/marts/segments/rules").rglob("*.sql")]
    c.execute("create temp table rule_segments as select unnest(?) as segment", [rules])
    for sql in sorted(FLOOR.glob("*.sql")):
        text = sql.read_text()
        if "{rules}" in text: text = filled(text)
        for st in c.extract_statements(text):
            t0 = time.process_time()
            try: c.execute(st)
            except Exception: print(st.query[:300]); raise
            d = time.process_time() - t0
            if d > 0.1: print(f"{d:6.2f}", st.query.strip().splitlines()[0] if not st.query.strip().startswith('--') else st.query.strip().splitlines()[2][:80])
    return c
if __name__ == "__main__":
    t = Path(sys.argv[2]); t.unlink(missing_ok=True)
    c = floor(Path(sys.argv[1]), t, "2026-06-30")
