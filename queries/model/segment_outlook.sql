CREATE TABLE segment_outlook (
    dimension     TEXT      NOT NULL COMMENT 'Dimension of the segment, such as industry, product or region | 维度',
    code          TEXT      NOT NULL COMMENT 'Segment inside the dimension | 维度代码',
    as_of         DATE      NOT NULL COMMENT 'Day of the view; it holds until the next one | 评估日期',
    outlook       INT       NOT NULL CHECK (outlook BETWEEN -2 AND 2)
                            COMMENT 'From -2, much worse, to 2, much better; 1 and above is an opportunity, -1 and below a threat | 展望评分',
    source        TEXT      COMMENT 'Where the view comes from | 来源',
    source_system TEXT      COMMENT 'System that delivered the row | 来源系统',
    batch_id      TEXT      COMMENT 'Delivery the row came with | 批次号',
    known_at      TIMESTAMP DEFAULT as_of COMMENT 'Instant at which the bank first had the row; empty means on as_of | 知晓时间',
    PRIMARY KEY (dimension, code, as_of)
) COMMENT = 'Outlook for a segment as seen on a day | 细分市场展望';
