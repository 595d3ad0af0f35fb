"""One style sheet from many files: `static/css/*.css` is served as `desk.css`."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

BUNDLE = "desk.css"
FIRST = "layers.css"


def style_sheet(folder: Path) -> str:
    """Join the folder's style sheets; only the one that orders the layers has a place of its own."""
    files = sorted(folder.glob("*.css"), key=lambda file: (file.name != FIRST, file.name))
    return "".join(file.read_text("utf-8").rstrip() + "\n" for file in files)


class StyleFinder(BaseFinder):
    """Serve the joined style sheet in development, in the tests and to collectstatic alike."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.source = settings.BASE_DIR / "static" / "css"
        self.storage = FileSystemStorage(location=settings.BASE_DIR / "var" / "styles")

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        if path != BUNDLE:
            return []
        built = str(self._build())
        return [built] if find_all else built

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        self._build()
        yield BUNDLE, self.storage

    def _build(self) -> Path:
        target = Path(self.storage.path(BUNDLE))
        text = style_sheet(self.source)
        if not target.exists() or target.read_text("utf-8") != text:
            target.parent.mkdir(parents=True, exist_ok=True)
            # Two processes may build at once: each replaces the whole file, neither is read half written.
            fresh = target.with_suffix(f".{id(self)}.new")
            fresh.write_text(text, "utf-8")
            fresh.replace(target)
        return target


class DeskStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Hashed, compressed files once collected; plain names before that, so that tests need no collecting."""

    def url(self, name: str | None, force: bool = False) -> str:
        if not self.hashed_files:
            return str(StaticFilesStorage.url(self, name))
        return str(super().url(name, force))
