"""The run-time encoder: the exported graph under ONNX Runtime, without PyTorch in the process."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import numpy as np
import onnxruntime
from tokenizers import Encoding, Tokenizer

from knowledge.encoder import Vectors
from knowledge.errors import EncoderError

GRAPH: Final = "encoder.onnx"
TOKENIZER: Final = "tokenizer.json"
MANIFEST: Final = "manifest.json"


class OnnxEncoder:
    """An exported sentence encoder. ONNX Runtime sessions may be run from several threads.

    Every text is run by itself. Nothing is padded then, which is worth more than sharing a run: the
    sentences of a message differ in length. And a text's vector never depends on its neighbours.
    """

    def __init__(
        self,
        session: onnxruntime.InferenceSession,
        tokenizer: Tokenizer,
        identity: str,
        threads: int = 1,
    ) -> None:
        self._session = session
        self._pool = ThreadPoolExecutor(threads, "encode") if threads > 1 else None
        self._tokenizer = tokenizer
        self._identity = identity
        self._inputs = {node.name for node in session.get_inputs()}
        self._dimension = int(session.get_outputs()[0].shape[-1])

    @classmethod
    def load(cls, folder: Path, model: str, *, threads: int = 1) -> OnnxEncoder:
        """Loads the graph written by `knowledge.encoder.export`.

        Args:
            folder: the folder of the export.
            model: the sentence-transformers model that it must have been exported from.
            threads: how many texts of a list are run at the same time.

        Raises:
            EncoderError: if the export is missing or belongs to another model.
        """
        try:
            manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise EncoderError(f"no exported encoder in {folder}: run `make setup`") from error
        if manifest["model"] != model:
            raise EncoderError(
                f"the exported encoder is {manifest['model']!r}, the setting says {model!r}:"
                " run `make setup`"
            )
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        # Spinning threads would take the second core from Rasa while they wait for work.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        session = onnxruntime.InferenceSession(
            str(folder / GRAPH), options, providers=["CPUExecutionProvider"]
        )
        tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        tokenizer.enable_truncation(max_length=int(manifest["max_tokens"]))
        tokenizer.no_padding()
        return cls(session, tokenizer, manifest["identity"], threads)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._dimension

    @property
    def identity(self) -> str:
        """SHA-256 of the weights that the graph was exported from, with the model's name."""
        return self._identity

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Returns an array of shape (len(texts), dimension), rows of Euclidean length 1."""
        if not texts:
            return np.empty((0, self._dimension), dtype=np.float32)
        encodings = self._tokenizer.encode_batch(list(texts))
        if len(texts) == 1 or self._pool is None:
            return np.concatenate([self._run(encoding) for encoding in encodings])
        return np.concatenate(list(self._pool.map(self._run, encodings)))

    def _run(self, encoding: Encoding) -> Vectors:
        ids = np.array([encoding.ids], dtype=np.int64)
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        if "token_type_ids" in self._inputs:
            feed["token_type_ids"] = np.zeros_like(ids)
        output = self._session.run(None, feed)[0]
        return np.asarray(output, dtype=np.float32)
