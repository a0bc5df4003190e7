CREATE TABLE swot_note (
    note_id       TEXT      NOT NULL COMMENT 'Note | 意见编号',
    dimension     TEXT      NOT NULL COMMENT 'Dimension of the segment, such as industry, product or region | 维度',
    code          TEXT      NOT NULL COMMENT 'Segment inside the dimension | 维度代码',
    quadrant      TEXT      CHECK (quadrant IN ('STRENGTH', 'WEAKNESS', 'OPPORTUNITY', 'THREAT'))
                            COMMENT 'Quadrant the note belongs to | 象限',
    statement     TEXT      COMMENT 'What is said, one statement | 陈述',
    author        TEXT      COMMENT 'personal: Name or staff number of the author | 作者',
    source_system TEXT      COMMENT 'System that delivered the row | 来源系统',
    batch_id      TEXT      COMMENT 'Delivery the row came with | 批次号',
    known_at      TIMESTAMP COMMENT 'Instant at which the bank first had the row; empty means always known | 知晓时间',
    PRIMARY KEY (note_id)
) COMMENT = 'Judgement of a person on a segment, shown beside the computed quadrant | SWOT 意见';
