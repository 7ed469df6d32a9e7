{#
  Reading the records. Macros with a dialect return the same values on every
  engine:

  - JSON is what RFC 8259 says, and text of Unicode characters: no trailing
    comma, no NaN, no lone surrogate.
  - Where a name occurs twice in an object, the first counts.
  - A number is its text: no engine reads it as a double.
  - Arrays and objects are nested 1,000 levels deep at most, as Spark reads them.
#}

{% macro json_with_numbers_as_text(text) -%}
  {{ return(adapter.dispatch('json_with_numbers_as_text')(text)) }}
{%- endmacro %}

{#
  In valid JSON, a letter, digit or underscore before a quote can only end a
  string, and a colon after it makes that string a name: so each number that is
  a member of such a name is found, and nothing inside of a string.
#}
{% macro default__json_with_numbers_as_text(text) -%}
regexp_replace({{ text }}, '([A-Za-z0-9_]"[ \t\r\n]*:[ \t\r\n]*)(-?[0-9][0-9.eE+-]*)', '\1"\2"', 'g')
{%- endmacro %}

{% macro is_json(text) -%}
  {{ return(adapter.dispatch('is_json')(text)) }}
{%- endmacro %}

{# DuckDB takes trailing commas, NaN and Infinity: only text that may have one
   outside of a string is read to the end. #}
{% macro default__is_json(text) -%}
json_valid({{ text }})
and not {{ is_nested_too_deep(text) }}
and (
  not regexp_matches({{ text }}, ',[ \t\r\n]*[\]}]|(?:^|[:,\[])[ \t\r\n]*-?[NnIi][AaNn]')
  or regexp_full_match(
    {{ text }},
    '(?:[^",NnIi]|"(?:[^"\\]|\\.)*"|null|,[ \t\r\n]*(?:[^\]},NnIi" \t\r\n]|null|"(?:[^"\\]|\\.)*"))*'
  )
)
{%- endmacro %}

{# Of such text, brackets alone are left, all of one kind; then forty times
   the innermost 25 levels are taken away. #}
{% macro is_nested_too_deep(text) -%}
{%- set levels = namespace(matched='') -%}
{%- for level in range(25) -%}
{%- set levels.matched = '\\[' ~ ('(?:' ~ levels.matched ~ ')*' if levels.matched) ~ '\\]' -%}
{%- endfor -%}
case
  when strlen({{ text }}) - strlen(replace(replace({{ text }}, '[', ''), '{', '')) <= 1000 then false
  else list_reduce(
    list_resize(
      [replace(replace(regexp_replace({{ text }}, '"(?:[^"\\]|\\.)*"|[^"\[\]{}]+', '', 'g'), '{', '['), '}', ']')],
      41,
      ''
    ),
    lambda rest, pass: regexp_replace(rest, '{{ levels.matched }}', '', 'g')
  ) <> ''
end
{%- endmacro %}

{# The places at which a list has its values for the first time: sorted, equal
   ones are neighbours. The outer lambda gives the sorted list a name. #}
{% macro first_places(names) -%}
list_transform(
  [list_sort(list_zip({{ names }}, range(1, len({{ names }}) + 1)))],
  lambda sorted: list_transform(
    list_filter(sorted, lambda entry, n: n = 1 or entry[1] <> sorted[n - 1][1]),
    lambda entry: entry[2]
  )
)[1]
{%- endmacro %}
