from .checks import assert_sorted, letters

__all__ = ["assert_sorted", "letters"]
