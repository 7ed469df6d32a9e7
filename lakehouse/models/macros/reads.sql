{# What the models of silver read, by the variable `reads`. #}

{% macro bronze_rows() -%}
  {% if var('reads') == 'incremental' %}batch{% else %}{{ source('bronze', 'crypto_ticks_raw') }}{% endif %}
{%- endmacro %}

{% macro candidate_rows() -%}
  {% if var('reads') == 'incremental' %}candidates{% else %}{{ ref('crypto_candidates') }}{% endif %}
{%- endmacro %}
