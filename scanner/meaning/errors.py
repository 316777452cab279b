"""What can be wrong with the text of a code. Each error has a stable ``code`` to translate by."""

from typing import ClassVar


class CodeError(ValueError):
    """A text that cannot be taken as a code. ``code`` is stable, ``text`` is the offending text."""

    code: ClassVar[str] = "code_invalid"

    def __init__(self, text: str, message: str) -> None:
        super().__init__(message)
        self.text = text


class CodeEmpty(CodeError):
    """Nothing is left after trimming."""

    code = "empty"

    def __init__(self, text: str) -> None:
        super().__init__(text, "the code is empty")


class CodeHasControlCharacter(CodeError):
    """A control character other than GS; ``position`` counts characters of the clean text from 0."""

    code = "control_character"

    def __init__(self, text: str, *, position: int) -> None:
        super().__init__(text, f"control character U+{ord(text[position]):04X} at position {position}")
        self.position = position


class CodeTooLong(CodeError):
    """More characters than ``length_max``."""

    code = "too_long"

    def __init__(self, text: str, *, length_max: int) -> None:
        super().__init__(text, f"the code has {len(text)} characters, at most {length_max} are allowed")
        self.length_max = length_max


class Gs1Error(CodeError):
    """A GS1 message that breaks GS1's rules.

    ``ai`` is the application identifier at fault, None when it is not known; ``position`` is where that
    identifier starts in the clean text, counted from 0.
    """

    code = "gs1_invalid"

    def __init__(self, text: str, *, ai: str | None, position: int, problem: str) -> None:
        named = f"({ai})" if ai else "element"
        super().__init__(text, f"{problem}: {named} at position {position}")
        self.ai = ai
        self.position = position


class Gs1CheckDigitWrong(Gs1Error):
    """The check digit of a GTIN, SSCC or GLN inside a GS1 message is wrong."""

    code = "gs1_check_digit"

    def __init__(self, text: str, *, ai: str, position: int) -> None:
        super().__init__(text, ai=ai, position=position, problem="wrong check digit")
