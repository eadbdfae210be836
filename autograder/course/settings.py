"""Where a course lies on the web: `[web]` in its `course.toml`. Trusted side."""

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from autograder.course.layout import CourseError


class Settings(BaseModel):
    """Addresses; empty where the course has none.

    Attributes:
        bundles: the folder on the web where `NAME.zip` lies, as `autograder release NAME` wrote it.
        repository: on GitHub, with its branch: `OWNER/NAME/blob/main`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    bundles: str = ""
    repository: str = ""


def read_settings(root: Path) -> Settings:
    """The settings of the course in `root`: without any address where it says none.

    Other parts of `course.toml` are not looked at.

    Raises:
        CourseError: the file is no TOML, or has other settings.
    """
    path = root / "course.toml"
    try:
        return Settings.model_validate(tomllib.loads(path.read_text(encoding="utf-8")).get("web", {}))
    except FileNotFoundError:
        return Settings()
    except tomllib.TOMLDecodeError as error:
        raise CourseError(f"{path} is not TOML: {error}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise CourseError(f"{path}: {'.'.join(map(str, ('web', *first['loc'])))}: {first['msg']}.") from error
