CREATE TABLE fx_rate (
    currency      TEXT          NOT NULL COMMENT 'Currency, ISO 4217 | 币种',
    rate_date     DATE          NOT NULL COMMENT 'Day of the rate | 汇率日期',
    rate_to_base  DECIMAL(18,8) NOT NULL CHECK (rate_to_base > 0)
                                COMMENT 'Units of the project currency for one unit of this currency | 折本位币汇率',
    source_system TEXT          COMMENT 'System that delivered the row | 来源系统',
    batch_id      TEXT          COMMENT 'Delivery the row came with | 批次号',
    known_at      TIMESTAMP     DEFAULT rate_date COMMENT 'Instant at which the bank first had the row; empty means on rate_date | 知晓时间',
    PRIMARY KEY (currency, rate_date)
) COMMENT = 'Exchange rate of a day; a missing rate is an error, never 1 | 汇率';
