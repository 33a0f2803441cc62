-- Customers by recency and frequency, 1 the lowest score and 5 the highest.
select
    recency_score,
    frequency_score,
    count(*) as contact_count
from behaviour_segments
where recency_score is not null and frequency_score is not null
group by recency_score, frequency_score
