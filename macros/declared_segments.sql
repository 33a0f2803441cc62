{% macro declared_segments() -%}
    {%- set declared = [] -%}
    {%- for node in (graph.nodes.values() if execute else []) | sort(attribute='unique_id') -%}
        {%- if node.resource_type == 'model' and node.package_name in ['customer_segments', project_name] -%}
            {%- set definition = [node.raw_code] -%}
            {%- for name in modules.re.findall("var\\(['\"](\\w+)['\"]\\)", node.raw_code) -%}
                {%- do definition.append(var(name, '') | string) -%}
            {%- endfor -%}
            {%- set version = local_md5(definition | join(' ')) -%}
            {%- set birthdays = modules.re.findall('\\b(?:birth_date|is_birthday_today|is_birthday_this_week)\\b', node.raw_code) -%}
            {%- set reads = [] -%}
            {%- for name in node.depends_on.nodes -%}{%- do reads.append(name.split('.')[-1]) -%}{%- endfor -%}
            {%- set looks_at = birthdays | unique | join(' and ') -%}
            {%- set needs_french = node.package_name == 'customer_segments' -%}
            {%- if customer_segments.is_rule_segment(node) -%}
                {%- do declared.append({
                    'segment': node.name, 'family': 'rule', 'label': node.config.meta.label,
                    'description': node.description | trim, 'category': node.fqn[-2],
                    'owner': node.config.meta.owner, 'place': node.original_file_path,
                    'members_are_published': node.config.meta.get('members_are_published', true), 'version': version,
                    'label_fr': node.config.meta.label_fr, 'description_fr': node.config.meta.description_fr,
                    'needs_french': needs_french, 'looks_at': looks_at, 'reads': reads | join('|'),
                }) -%}
            {%- endif -%}
            {%- for family in node.config.meta.get('families', []) -%}
                {%- for value, described in family['values'].items() -%}
                    {%- do declared.append({
                        'segment': family.family ~ '_' ~ value, 'family': family.family,
                        'label': described.label, 'description': described.description,
                        'category': family.category, 'owner': family.owner,
                        'place': 'the value ' ~ value ~ ' of the family ' ~ family.family, 'version': version,
                        'order_in_family': loop.index, 'progress': described.get('progress', 'null'),
                        'label_fr': described.label_fr, 'description_fr': described.description_fr,
                        'needs_french': needs_french, 'looks_at': looks_at, 'reads': reads | join('|'),
                    }) -%}
                {%- endfor -%}
            {%- endfor -%}
            {%- for split in node.config.meta.get('splits', []) if split.get('enabled', true) -%}
                {%- do declared.append({
                    'segment': split.family ~ '_{value}', 'family': split.family, 'label': split.label,
                    'description': split.description, 'category': split.category, 'owner': split.owner,
                    'place': 'the split ' ~ split.family, 'version': version,
                    'label_fr': split.label_fr, 'description_fr': split.description_fr,
                    'needs_french': needs_french, 'looks_at': looks_at, 'reads': reads | join('|'),
                }) -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(declared) }}
{%- endmacro %}
