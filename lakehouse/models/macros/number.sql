{#
  Numbers from their text, exactly: no double in between. Halves are rounded
  away from zero; null is what is not a number of JSON's grammar, or has more
  integer digits than DECIMAL(38, scale) less one.
#}

{% macro is_number(text) -%}
  {{ return(adapter.dispatch('is_number')(text)) }}
{%- endmacro %}

{% macro default__is_number(text) -%}
regexp_full_match({{ text }}, '-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?')
{%- endmacro %}

{% macro decimal(text, scale) -%}
  {{ return(adapter.dispatch('decimal')(text, scale)) }}
{%- endmacro %}

{# A cast to 38 digits multiplies 128-bit numbers digit by digit. Most texts
   have at most 18 digits on either side of the point: two 64-bit numbers. #}
{% macro default__decimal(text, scale) -%}
case
  when regexp_full_match({{ text }}, '(?:0|[1-9][0-9]{0,17})\.[0-9]{1,18}')
    then cast(
      cast(cast(split_part({{ text }}, '.', 1) as bigint) as decimal(38, 18))
      + cast('0.' || split_part({{ text }}, '.', 2) as decimal(18, 18))
      as decimal(38, {{ scale }})
    )
  when regexp_full_match({{ text }}, '-?(?:0|[1-9][0-9]{0,17})')
    then cast(cast({{ text }} as bigint) as decimal(38, {{ scale }}))
  when {{ is_number(text) }}
    then try_cast({{ text }} as decimal(38, {{ scale }}))
end
{%- endmacro %}

{% macro time_of_seconds(text) -%}
  {{ return(adapter.dispatch('time_of_seconds')(text)) }}
{%- endmacro %}

{# The time of seconds since 1970; null where they are none, or past the year 9999. #}
{% macro default__time_of_seconds(text) -%}
case
  when regexp_full_match({{ text }}, '[1-9][0-9]{0,10}')
    then make_timestamp(cast({{ text }} as bigint) * 1000000)
  when {{ is_number(text) }}
    then case
      when try_cast({{ text }} as decimal(38, 6)) between 0 and 99999999999
        then make_timestamp(cast(try_cast({{ text }} as decimal(38, 6)) * 1000000 as bigint))
    end
end
{%- endmacro %}

{# The limit of a number's size: one digit less than the type has. #}
{% macro limit(scale) -%}
1{{ '0' * (37 - scale) }}
{%- endmacro %}

{# The number where it is in the limits and its row is good. #}
{% macro within(number, scale) -%}
case
    when reason is null and {{ number }} > -{{ limit(scale) }} and {{ number }} < {{ limit(scale) }}
      then {{ number }}
  end
{%- endmacro %}

{% macro epoch() -%}
timestamp '1970-01-01 00:00:00'
{%- endmacro %}
