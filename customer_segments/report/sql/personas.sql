-- Personas, those that bought most first.
select * from personas
order by amount_share desc nulls last, size desc, persona asc
