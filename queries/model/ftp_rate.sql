CREATE TABLE ftp_rate (
    currency       TEXT          NOT NULL COMMENT 'Currency, ISO 4217 | 币种',
    tenor_band     TEXT          NOT NULL COMMENT 'Tenor, a code of the bank; ALL if one rate serves every tenor | 期限档次',
    effective_from DATE          NOT NULL COMMENT 'First day on which the rate holds, until the next one | 生效日期',
    rate           DECIMAL(12,8) NOT NULL COMMENT 'Rate a year as a fraction: 0.025 is 2.5 % | 转移价格',
    source_system  TEXT          COMMENT 'System that delivered the row | 来源系统',
    batch_id       TEXT          COMMENT 'Delivery the row came with | 批次号',
    known_at       TIMESTAMP     DEFAULT effective_from
                                 COMMENT 'Instant at which the bank first had the row; empty means on effective_from | 知晓时间',
    PRIMARY KEY (currency, tenor_band, effective_from)
) COMMENT = 'Funds transfer price by currency and tenor | 内部资金转移价格';
