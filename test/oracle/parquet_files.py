"""Parquet files as `datasets` and pyarrow write them, for test/web/dataset/formats/parquet.test.ts.

    pip install datasets==5.2.0 pyarrow==26.0.1
    python test/oracle/parquet_files.py
"""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from datasets import ClassLabel, Dataset, Features, Sequence, Value

FOLDER = Path(__file__).parent.parent / "fixtures" / "parquet"
NAMES = ["O", "B-person", "I-person", "B-place", "I-place"]
TOKENS = [["Ana", "left", "Oslo", "😂"], ["It", "rained"], ["\ufeffNew", "York"]]
TAGS = [[1, 0, 3, 0], [0, 0], [3, 4]]

features = Features({"id": Value("string"), "tokens": Sequence(Value("string")), "ner_tags": Sequence(ClassLabel(names=NAMES))})
rows = {"id": ["0", "1", "2"], "tokens": TOKENS, "ner_tags": TAGS}
FOLDER.mkdir(parents=True, exist_ok=True)
Dataset.from_dict(rows, features=features).to_parquet(FOLDER / "datasets.parquet")

table = pa.table({"tokens": TOKENS, "ner_tags": [[NAMES[tag] for tag in tags] for tags in TAGS]})
pq.write_table(table, FOLDER / "gzip-pages-2.parquet", compression="gzip", data_page_version="2.0", row_group_size=2)
pq.write_table(table, FOLDER / "delta.parquet", compression="none", use_dictionary=False, column_encoding="DELTA_LENGTH_BYTE_ARRAY")
pq.write_table(table, FOLDER / "zstd.parquet", compression="zstd")

spans = [[{"start": 0, "end": 3, "label": "person"}, {"start": 9, "end": 13, "label": "place"}], [], None]
pq.write_table(pa.table({"text": ["Ana left Oslo 😂", "It rained", None], "spans": spans}), FOLDER / "spans.parquet")
