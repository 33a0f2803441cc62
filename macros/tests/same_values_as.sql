{% test same_values_as(model, column_name, to, field) %}

select
    here.{{ column_name }} as only_here,
    there.{{ field }} as only_there
from {{ model }} as here
full outer join {{ to }} as there on here.{{ column_name }} = there.{{ field }}
where here.{{ column_name }} is null or there.{{ field }} is null

{% endtest %}
