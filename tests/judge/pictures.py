"""Pictures from files: upright, in sRGB, 8-bit RGB. Needs Pillow.

Transparency is left out: the colours below it count, as they do in the reference program.
"""
import io, pathlib

from PIL import Image, ImageCms, ImageOps

from judge import Problem

# What Pillow raises for files that are no images, broken, or too large to be sensible.
BROKEN = (OSError, SyntaxError, ValueError, Image.DecompressionBombError, ImageCms.PyCMSError)


def load(path):
    """As a browser decodes it: turned as EXIF says, and in sRGB where the file carries another profile."""
    if not pathlib.Path(path).is_file():
        raise Problem(f"{path}: there is no such file.")
    try:
        with Image.open(path) as file:
            image = ImageOps.exif_transpose(file)
        profile = image.info.get("icc_profile")
        if profile and image.mode in ("RGB", "RGBA"):
            source, target = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
            image = ImageCms.profileToProfile(image, source, target, outputMode=image.mode)
        return image.convert("RGB")
    except BROKEN as error:
        raise Problem(f"{path} cannot be read as an image ({str(error).rstrip('.')}).") from error


def scaled(image, longest):
    """Its longest side `longest` pixels, its aspect ratio kept."""
    k = longest / max(image.size)
    return image.resize([max(1, round(side * k)) for side in image.size], Image.LANCZOS)
