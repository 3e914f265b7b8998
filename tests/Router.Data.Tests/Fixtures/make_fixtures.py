#!/usr/bin/env python3
"""Makes the image fixtures and the pixels Pillow reads from them.
Needs Pillow and NumPy; made with Pillow 9.4.0 (Debian 12).

  NAME.png, NAME.jpg   what the tests decode
  NAME.rgb             the RGB values expected of it: rows of red, green, blue bytes
  SRC-HxW.rgb          resize references, computed by Pillow from SRC.rgb
"""
import pathlib
import struct
import zlib

import numpy as np
from PIL import Image, ImageCms

HERE = pathlib.Path(__file__).parent
W, H = 23, 17
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def picture(w, h):
    """Smooth colours with a few hard edges: cheap to compress, sensitive to swapped channels or axes."""
    y, x = np.mgrid[0:h, 0:w].astype(float)
    rgb = np.stack([255 * x / (w - 1), 255 * y / (h - 1), 127 + 120 * np.sin(x * 0.7 + y * 0.4)], axis=2)
    rgb[h // 3:h // 2, w // 2:w // 2 + 5] = (250, 10, 30)
    return rgb.round().astype(np.uint8)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, depth, color, scanlines, interlace=0, extra=b""):
    head = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, interlace)
    return SIGNATURE + chunk(b"IHDR", head) + extra + chunk(b"IDAT", zlib.compress(scanlines, 9)) + chunk(b"IEND", b"")


def rows(array):
    return b"".join(b"\0" + row.tobytes() for row in array)


def write(name, data):
    (HERE / name).write_bytes(data)


def expect(name, array=None):
    """Pillow's reading of the file, or the array where Pillow has no such mode."""
    if array is None:
        array = np.asarray(Image.open(next(HERE.glob(name + ".[pj]*"))).convert("RGB"))
    write(name + ".rgb", array.astype(np.uint8).tobytes())


rgb = picture(W, H)
grey = np.asarray(Image.fromarray(rgb).convert("L"))
image = Image.fromarray(rgb)

# PNG
image.save(HERE / "rgb.png"); expect("rgb")
Image.fromarray(grey).save(HERE / "grey.png"); expect("grey")
Image.fromarray(grey).convert("1").save(HERE / "grey1.png"); expect("grey1")
image.quantize(16).save(HERE / "palette.png"); expect("palette")
rgba = np.dstack([rgb, np.full((H, W), 255, np.uint8)])
Image.fromarray(rgba).save(HERE / "alpha-opaque.png"); expect("alpha-opaque")
rgba[5, 7, 3] = 128
Image.fromarray(rgba).save(HERE / "alpha.png"); expect("alpha")
rgba[..., 3] = 0
Image.fromarray(rgba).save(HERE / "clear.png"); expect("clear")
Image.fromarray(np.dstack([grey, 255 - grey]), "LA").save(HERE / "grey-alpha.png"); expect("grey-alpha")
wide = (rgb.astype(np.uint16) << 8) | 0x00C3  # low bytes above half: rounding instead of cutting would show
write("rgb16.png", png(W, H, 16, 2, rows(wide.astype(">u2")))); expect("rgb16", rgb)
write("grey16.png", png(W, H, 16, 0, rows(((grey.astype(np.uint16) << 8) | 0x00C3).astype(">u2"))))
expect("grey16", np.repeat(grey[:, :, None], 3, axis=2))
wide = np.dstack([wide, np.full((H, W), 0x8000, np.uint16)])
write("rgba16.png", png(W, H, 16, 6, rows(wide.astype(">u2")))); expect("rgba16")
adam7 = b"".join(rows(rgb[y::dy, x::dx]) for x, y, dx, dy in
                 [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)])
write("interlaced.png", png(W, H, 8, 2, adam7, interlace=1)); expect("interlaced")
key = chunk(b"tRNS", struct.pack(">HHH", *map(int, rgb[6, 12])))
write("color-key.png", png(W, H, 8, 2, rows(rgb), extra=key)); expect("color-key")
palette = chunk(b"PLTE", bytes([9, 9, 9, 0, 0, 0, 200, 100, 50])) + chunk(b"tRNS", b"\0")
unused, used = np.array([[1, 2], [2, 1]], np.uint8), np.array([[1, 2], [0, 1]], np.uint8)
write("palette-key-unused.png", png(2, 2, 8, 3, rows(unused), extra=palette)); expect("palette-key-unused")
write("palette-key-used.png", png(2, 2, 8, 3, rows(used), extra=palette)); expect("palette-key-used")

extra = chunk(b"tEXt", b"Comment\0hello") + chunk(b"iCCP", b"broken profile\0\0")
write("ancillary.png", png(W, H, 8, 2, rows(rgb), extra=extra))
write("gamma.png", png(W, H, 8, 2, rows(rgb), extra=chunk(b"gAMA", struct.pack(">I", 100000)))); expect("gamma")
# A profile that swaps red and blue, so that a decoder which heeds it is found out. Its date is cleared: each run writes
# the same.
profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
profile = profile[:24] + bytes(12) + profile[36:]
profile = profile.replace(b"rXYZ", b"tXYZ").replace(b"bXYZ", b"rXYZ").replace(b"tXYZ", b"bXYZ")
image.save(HERE / "profile-png.png", icc_profile=profile); expect("profile-png")
write("unknown-chunk.png", png(W, H, 8, 2, rows(rgb), extra=chunk(b"ABCD", b"")))

# JPEG: smooth, since coarse chroma is where decoders may differ
image.save(HERE / "color.jpg", quality=90); expect("color")
image.save(HERE / "color444.jpg", quality=95, subsampling=0); expect("color444")
image.save(HERE / "progressive.jpg", quality=85, progressive=True); expect("progressive")
Image.fromarray(grey).save(HERE / "grey-jpeg.jpg", quality=90); expect("grey-jpeg")
cmyk = np.dstack([rgb, grey[::-1]])
Image.fromarray(cmyk, "CMYK").save(HERE / "cmyk.jpg", quality=90); expect("cmyk")
data = bytearray((HERE / "cmyk.jpg").read_bytes())
data[data.index(b"Adobe") + 11] = 2  # the values are YCCK
write("ycck.jpg", bytes(data)); expect("ycck")
image.save(HERE / "profile-jpeg.jpg", quality=90, icc_profile=profile); expect("profile-jpeg")
noise = np.random.default_rng(1).integers(0, 256, (H, W, 3), dtype=np.uint8)
Image.fromarray(noise).save(HERE / "noise.jpg", quality=75); expect("noise")
exif = Image.Exif(); exif[0x0112] = 6  # orientation: rotate by 90 degrees to show
image.save(HERE / "oriented.jpg", quality=90, exif=exif); expect("oriented")

# Damaged
data = (HERE / "rgb.png").read_bytes()
write("truncated.png", data[:len(data) * 2 // 3])
middle = data.index(b"IDAT") + 60
write("damaged.png", data[:middle] + bytes([data[middle] ^ 0x55]) + data[middle + 1:])
write("short-data.png", png(W, H, 8, 2, rows(rgb)[:W * 20]))  # checksums are right, rows are missing
write("huge.png", png(60000, 60000, 8, 2, b"\0" * 16))
data = (HERE / "color.jpg").read_bytes()
write("truncated.jpg", data[:len(data) - 60])
write("gap.jpg", data[:len(data) - 60] + data[-2:]); expect("gap")
frame = data.index(b"\xff\xc0")
write("huge.jpg", data[:frame + 5] + struct.pack(">HH", 60000, 60000) + data[frame + 9:])
write("text.png", b"This is not an image.\n")


# Resize. Shrinking: Pillow's BOX takes whole pixels only, so repeat each pixel until the ratio is a whole number, then
# reduce() averages exact areas.
def resized(h, w):
    im = image
    if w <= W:
        im = im.resize((W * w, im.height), Image.NEAREST).reduce((W, 1))
    if h <= H:
        im = im.resize((im.width, H * h), Image.NEAREST).reduce((1, H))
    return im.resize((w, h), Image.BILINEAR)


for h, w in [(7, 10), (1, 1), (17, 11), (32, 32), (34, 46), (40, 9)]:
    write(f"rgb-{h}x{w}.rgb", np.asarray(resized(h, w)).tobytes())
