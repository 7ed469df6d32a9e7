{# A text inside of Spark's quotes, where a backslash escapes too: dbt's own macro leaves it as it is. #}
{% macro spark__escape_single_quotes(expression) -%}
{{ expression | replace('\\', '\\\\') | replace("'", "\\'") }}
{%- endmacro %}
