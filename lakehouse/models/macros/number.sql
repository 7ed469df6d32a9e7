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

{% macro spark__is_number(text) -%}
{{ text }} rlike r'\A-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?\z'
{%- endmacro %}

{% macro decimal(text, scale) -%}
  {{ return(adapter.dispatch('decimal')(text, scale)) }}
{%- endmacro %}

{# A cast to 38 digits multiplies 128-bit numbers digit by digit. Most texts have
   no more than 17 digits: 18 hold them, with as many after the point as the text
   has, or one more. #}
{% macro default__decimal(text, scale) -%}
case
  when {{ is_number(text) }}
    then coalesce(
      case{% for places in range(2, scale, 2) %}
        when {{ fraction_length(text) }} <= {{ places }} then cast(try_cast({{ text }} as decimal(18, {{ places }})) as decimal(38, {{ scale }}))
      {%- endfor %}
        else cast(try_cast({{ text }} as decimal(18, {{ scale }})) as decimal(38, {{ scale }}))
      end,
      try_cast({{ text }} as decimal(38, {{ scale }}))
    )
end
{%- endmacro %}

{# Spark's cast is exact and rounds halves up, but reads each digit: in a time that
   grows with their square. The digits behind the one that decides play no part. #}
{% macro spark__decimal(text, scale) -%}
case
  when {{ is_number(text) }}
    then try_cast(regexp_extract({{ text }}, r'\A-?[0-9]{1,38}(?![0-9])(?:\.[0-9]{1,{{ scale + 1 }}})?', 0) as decimal(38, {{ scale }}))
end
{%- endmacro %}

{# How many digits a number has after its point. #}
{% macro fraction_length(text) -%}
case when contains({{ text }}, '.') then length({{ text }}) - strpos({{ text }}, '.') else 0 end
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

{% macro spark__time_of_seconds(text) -%}
case
  when {{ text }} rlike r'\A[1-9][0-9]{0,10}\z'
    then timestamp_seconds(try_cast({{ text }} as bigint))
  when {{ decimal(text, 6) | indent(2) }} between 0 and 99999999999
    then timestamp_micros(try_cast({{ decimal(text, 6) | indent(4) }} * 1000000 as bigint))
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

{# A number as digits without an exponent; other text as it is. #}
{% macro without_exponent(text) -%}
  {{ return(adapter.dispatch('without_exponent')(text)) }}
{%- endmacro %}

{# DuckDB's cast of an exponent rounds twice, and refuses numbers that fit. The
   lambda gives its parts names; 40 places are more than any column has. #}
{% macro default__without_exponent(text) -%}
case
  when {{ is_number(text) }} and regexp_matches({{ text }}, '[eE]')
    then list_transform(
      [
        {
          'sign': case when {{ text }} like '-%' then '-' else '' end,
          'digits': ltrim(replace(regexp_extract({{ text }}, '[0-9.]+'), '.', ''), '0'),
          'point': len(regexp_extract({{ text }}, '[0-9]+'))
            - len(regexp_extract(replace(regexp_extract({{ text }}, '[0-9.]+'), '.', ''), '^0*'))
            + coalesce(
              try_cast(regexp_extract({{ text }}, '[eE][+]?(-?[0-9]+)$', 1) as integer),
              case when regexp_matches({{ text }}, '[eE]-') then -2000000000 else 2000000000 end
            )
        }
      ],
      lambda number: number.sign || case
        when number.digits = '' or number.point < -40 then '0'
        when number.point > 40 then '1' || repeat('0', 40)
        when number.point <= 0 then '0.' || repeat('0', -number.point) || number.digits
        when number.point >= len(number.digits)
          then number.digits || repeat('0', number.point - len(number.digits))
        else left(number.digits, number.point) || '.' || substr(number.digits, number.point + 1)
      end
    )[1]
  else {{ text }}
end
{%- endmacro %}

{% macro spark__without_exponent(text) -%}
case
  when {{ is_number(text) }} and {{ text }} rlike '[eE]'
    then transform(
      array(
        named_struct(
          'sign', case when {{ text }} like '-%' then '-' else '' end,
          'digits', trim(leading '0' from replace(regexp_extract({{ text }}, '[0-9.]+', 0), '.', '')),
          'point', length(regexp_extract({{ text }}, '[0-9]+', 0))
            - length(regexp_extract(replace(regexp_extract({{ text }}, '[0-9.]+', 0), '.', ''), '^0*', 0))
            + cast(
              coalesce(
                try_cast(regexp_extract({{ text }}, r'[eE][+]?(-?[0-9]+)\z', 1) as integer),
                case when {{ text }} rlike '[eE]-' then -2000000000 else 2000000000 end
              ) as bigint
            )
        )
      ),
      number -> number.sign || case
        when number.digits = '' or number.point < -40 then '0'
        when number.point > 40 then '1' || repeat('0', 40)
        when number.point <= 0 then '0.' || repeat('0', cast(-number.point as integer)) || number.digits
        when number.point >= length(number.digits)
          then number.digits || repeat('0', cast(number.point - length(number.digits) as integer))
        else left(number.digits, cast(number.point as integer))
          || '.' || substring(number.digits, cast(number.point + 1 as integer))
      end
    )[0]
  else {{ text }}
end
{%- endmacro %}
