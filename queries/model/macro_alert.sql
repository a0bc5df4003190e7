CREATE TABLE macro_alert (
    alert_id      TEXT      NOT NULL COMMENT 'Alert | 预警编号',
    industry_code TEXT      COMMENT 'Industry it concerns, in the scheme of loan.industry_code; empty if all | 行业代码',
    region        TEXT      COMMENT 'Region it concerns, in the codes of customer.region; empty if all | 地区',
    published_on  DATE      NOT NULL COMMENT 'Day of publication | 发布日期',
    level         TEXT      COMMENT 'How serious, a code of the bank | 预警级别',
    headline      TEXT      COMMENT 'What the alert says, in a line | 标题',
    source_system TEXT      COMMENT 'System that delivered the row | 来源系统',
    batch_id      TEXT      COMMENT 'Delivery the row came with | 批次号',
    known_at      TIMESTAMP DEFAULT published_on COMMENT 'Instant at which the bank first had the row; empty means on published_on | 知晓时间',
    PRIMARY KEY (alert_id)
) COMMENT = 'Alert about an industry, a region or the economy | 宏观行业预警';
