{#
  JSON on Spark, whose functions are of no use to judge it: they take text after
  the end, and refuse a number of 1,001 digits. Expressions for text only, with
  quantifiers that give nothing back: those that do overflow Java's stack at
  some thousand characters. Raw strings (`r'…'`) are right where
  `spark.sql.parser.escapedStringLiterals` is off, as it is by default.
#}

{# Text of the tokens of JSON; true says nothing of their order. #}
{% macro has_json_tokens(text) -%}
{{ text }} rlike r'\A(?:[\[\]{}:, \t\r\n]++|"(?:[^"\\\x00-\x1f]++|\\["\\/bfnrt]|\\u(?:[0-9a-cefA-CEF][0-9a-fA-F]{3}|[dD][0-7][0-9a-fA-F]{2}|[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}))*+"|(?:-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?:[eE][+-]?[0-9]++)?+|true|false|null)(?=[\]}, \t\r\n]|\z))++\z'
{%- endmacro %}

{# Only the order of such tokens: a string is a quote, any other value a 0. #}
{% macro json_skeleton(text) -%}
regexp_replace(
  regexp_replace(
    regexp_replace({{ text }}, r'"(?:[^"\\]++|\\.)*+"', '"'),
    r'[^"\[\]{}:, \t\r\n]++',
    '0'
  ),
  r'[ \t\r\n]++',
  ''
)
{%- endmacro %}

{#
  Whether a skeleton is that of one value: arrays and objects without others
  inside become values, level by level. Spark's reader of JSON goes 1,000 levels
  deep, and so does this.
#}
{% macro is_json_value(skeleton) -%}
{%- set innermost = "r'\\[(?:[\"0](?:,[\"0])*+)?+\\]|\\{(?:\":[\"0](?:,\":[\"0])*+)?+\\}'" -%}
aggregate(
  sequence(1, least(1000, greatest(1, length({{ skeleton }}) - length(translate({{ skeleton }}, '[{', ''))))),
  {{ skeleton }},
  (rest, level) -> case
    when length(rest) = 1 then rest
    when rest rlike {{ innermost }} then regexp_replace(rest, {{ innermost }}, '0')
    else ''
  end
) in ('0', '"')
{%- endmacro %}

{#
  Valid JSON with each string and each number as a string that begins with `=`:
  what Spark reads as text then is, to the digit, and differs from an object.
#}
{% macro json_with_marked_texts(text) -%}
regexp_replace({{ text }}, r'"((?:[^"\\]++|\\.)*+)"|(-?[0-9][0-9.eE+-]*+)', '"=$1$2"')
{%- endmacro %}

{# The members of marked JSON that is an object, in their order; null for others. #}
{% macro json_members(json) -%}
map_entries(from_json(case when {{ json }} rlike r'\A[ \t\r\n]*+\{' then {{ json }} end, 'map<string, string>'))
{%- endmacro %}

{# The first member of a name. #}
{% macro first_member(members, name) -%}
get(filter({{ members }}, member -> member.key = '={{ name }}'), 0).value
{%- endmacro %}

{# A text without its mark; null for what is not text. U+FFFD as on DuckLake. #}
{% macro unmarked(text) -%}
case when {{ text }} like '=%' then replace(substring({{ text }}, 2), chr(0), decode(unhex('efbfbd'), 'utf-8')) end
{%- endmacro %}
