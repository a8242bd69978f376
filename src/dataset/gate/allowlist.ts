// What a query may use. docs/reference/queries.md lists the same names; a test compares them.

/** Scalar functions and operators: the same value everywhere, whatever the clock, the locale and the threads. */
export const SCALAR_FUNCTIONS: Readonly<Record<string, readonly string[]>> = {
  operators: '+ - * / // % || ~~ !~~ ~~* !~~* ~~~ ^@ & | << >> ~ -> ->>'.split(' '),
  numbers:
    words(`abs ceil ceiling floor round round_even trunc sign mod fmod fdiv divide add subtract multiply
    greatest least sqrt gcd lcm isnan isinf isfinite bit_count xor`),
  text: words(`length len strlen char_length character_length bit_length octet_length lower lcase upper ucase trim
    ltrim rtrim substring substr left right replace concat concat_ws contains starts_with ends_with prefix suffix
    position overlay instr strpos reverse repeat lpad rpad split_part string_split str_split split string_to_array
    string_split_regex str_split_regex regexp_matches regexp_full_match regexp_extract regexp_extract_all
    regexp_replace regexp_split_to_array ascii chr unicode ord translate strip_accents nfc_normalize hamming
    mismatches jaccard md5 sha256
    to_base hex to_hex unhex from_hex bin to_binary encode decode base64 to_base64 from_base64 like_escape
    not_like_escape ilike_escape not_ilike_escape`),
  times: words(`date_part datepart date_trunc datetrunc date_diff datediff date_sub datesub age year month day
    hour minute second millisecond microsecond quarter week weekofyear yearweek isoyear isodow dayofweek weekday
    dayofmonth dayofyear dayname monthname era century decade millennium epoch epoch_ms epoch_us epoch_ns last_day
    make_date make_time make_timestamp to_timestamp to_years to_quarters to_months to_weeks to_days to_hours
    to_minutes to_seconds to_milliseconds to_microseconds time_bucket strftime strptime try_strptime timezone`),
  conditions: words('ifnull nullif typeof'),
  lists:
    words(`list_value list_pack list_extract list_element array_extract list_slice array_slice array_length
    list_contains list_has array_contains array_has list_position list_indexof array_position array_indexof
    list_sort array_sort list_reverse_sort array_reverse_sort list_transform list_apply array_transform list_filter array_filter
    list_zip array_zip list_concat list_cat array_concat array_cat flatten unnest row struct_pack struct_extract`),
  json: words(`json_valid json_type json_array_length json_keys json_exists json_extract json_extract_path
    json_extract_string json_extract_path_text json_contains`),
};

/** Names that DuckDB itself puts into a bound plan for what is allowed above. */
export const BOUND_ONLY_FUNCTIONS = words('struct_extract_at error normalized_interval');

/** Aggregates whose result does not depend on the order of the rows, over any type. */
export const ORDER_FREE_AGGREGATES =
  words(`count count_star count_if countif min max bool_and bool_or bit_and bit_or
  bit_xor quantile_disc quantile_cont median`);

/** Exact over integers and DECIMAL; over DOUBLE only with an ORDER BY on the row identity inside. */
export const SUMMING_AGGREGATES = words('sum avg mean');

/** Over DOUBLE only, with an ORDER BY on the row identity inside. */
export const SPREAD_AGGREGATES = words('stddev stddev_samp stddev_pop variance var_samp var_pop');

/** Aggregates that keep rows in an order, so the order has to be total. */
export const ORDERED_AGGREGATES =
  words(`first last arg_min arg_max min_by max_by list array_agg string_agg group_concat
  listagg`);

/** Window functions that give peers the same value. */
export const PEER_WINDOWS = words('rank dense_rank rank_dense percent_rank cume_dist');

/** Window functions whose value depends on the order among peers, so the order has to be total. */
export const ORDERED_WINDOWS = words('row_number ntile lag lead first_value first last_value last nth_value');

/** Functions that may stand in FROM. */
export const TABLE_FUNCTIONS = words('range generate_series unnest');

/** Types of the columns of a result. */
export const RESULT_TYPES =
  words(`BOOLEAN TINYINT SMALLINT INTEGER BIGINT HUGEINT UTINYINT USMALLINT UINTEGER UBIGINT
  UHUGEINT DECIMAL FLOAT DOUBLE DATE TIME TIMESTAMP TIMESTAMP_S TIMESTAMP_MS TIMESTAMP_NS TIMESTAMPTZ VARCHAR BLOB
  LIST STRUCT`);

const QUADRATIC =
  'its time grows with the square of the text, and nothing can stop it; compare the texts in the plugin';
const EXACT = 'use ctx.exact, which sums exactly in any order';
const LIBRARY = "its last digit depends on the machine's mathematics library; compute it in the plugin";
const CLOCK = 'it reads the clock';
const ENGINE = 'it tells about the engine, not about the data';
const FILES = 'only the relation data may be read';
const APPROXIMATE =
  'approximate results are not citable; use count(DISTINCT …), quantile_disc or quantile_cont';

/** Why well-known names are refused, and what to use instead. Any other unknown name is refused, too. */
export const REFUSED: readonly (readonly [RegExp, string])[] = [
  [/^(levenshtein|editdist3|damerau_levenshtein|jaro_)/, QUADRATIC],
  [/^list_reduce$|^array_reduce$|^reduce$/, 'a value can double with each element; reduce in the plugin'],
  [/^(range|generate_series)$/, 'it makes a list as long as a number says; let it stand in FROM'],
  [/^(approx_|reservoir_quantile|histogram)/, APPROXIMATE],
  [/^(corr|covar_|regr_|skewness|kurtosis|entropy|mad|geomean|geometric_mean|weighted_avg|wavg)/, EXACT],
  [/^(fsum|kahan_sum|sumkahan|favg|sum_no_overflow|product|sem)/, EXACT],
  [
    /^any_value$|^arbitrary$/,
    'it takes any row; use min, max, or first(… ORDER BY _sh_part, _sh_row_number)',
  ],
  [/^mode$/, 'ties are decided by chance; use GROUP BY with count(*) and ORDER BY'],
  [/^(list_aggr|list_aggregate|array_aggr|array_aggregate|aggregate|list_(sum|avg|var|stddev))/, EXACT],
  [
    /^(random|setseed|uuid|gen_random_uuid|uuidv|nextval|currval)/,
    'it is random; use ctx.random in the plugin',
  ],
  [
    /^(now|today|current_(date|time)|current_localtime|get_current|localtime|transaction_timestamp|statement_timestamp|clock_)/,
    CLOCK,
  ],
  [
    /^(exp|ln|log|log2|log10|pow|power|\*\*|\^|sin|cos|tan|cot|asin|acos|atan|atan2|sinh|cosh|tanh|asinh|acosh|atanh|cbrt|gamma|lgamma|degrees|radians|pi)$/,
    LIBRARY,
  ],
  [
    /^(read_|glob|parquet_|sniff_csv|query|query_table|json_execute|json_serialize|json_deserialize|file_|getenv|which_secret)/,
    FILES,
  ],
  [
    /^(duckdb_|pragma_|pg_|current_|version|getvariable|user|session_user|in_search_path|txid|hash|checkpoint|summary)/,
    ENGINE,
  ],
];

/** Words of a text, split at white space. */
function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}
