{{ config(schema='silver', materialized='table') }}

with {{ good_and_known() }}

select {{ tick_columns('good.') }}
from good
where {{ first_of_key() }}
