//! What a file says of itself if it is an image: its kind and its size, from its first bytes.

use imagesize::ImageType;

/// Kinds of images that Zoho takes for photos (its page on uploading one).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it all")]
pub enum ImageKind {
    Png,
    Jpeg,
    Gif,
    Bmp,
}

impl ImageKind {
    /// The media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::Bmp => "image/bmp",
        }
    }

    /// The usual ending of a file's name.
    #[must_use]
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Gif => "gif",
            Self::Bmp => "bmp",
        }
    }
}

/// An image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Image {
    /// Its kind.
    pub kind: ImageKind,
    /// How many points it has; none if its head does not say.
    pub points: Option<u64>,
}

impl Image {
    /// The image that a file is, if it is one.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let kind = match imagesize::image_type(bytes).ok()? {
            ImageType::Png => ImageKind::Png,
            ImageType::Jpeg => ImageKind::Jpeg,
            ImageType::Gif => ImageKind::Gif,
            ImageType::Bmp => ImageKind::Bmp,
            _ => return None,
        };
        let side = |length: usize| match (kind, u32::try_from(length)) {
            // rows from top to bottom are told by a negative height
            (ImageKind::Bmp, Ok(length)) => length.cast_signed().unsigned_abs().into(),
            _ => u64::try_from(length).unwrap_or(u64::MAX),
        };
        let size = imagesize::blob_size(bytes).ok();
        let points = size.map(|size| side(size.width).saturating_mul(side(size.height)));
        Some(Self { kind, points })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_known_by_their_first_bytes() {
        let png = [
            &b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"[..],
            &40u32.to_be_bytes(),
            &30u32.to_be_bytes(),
        ]
        .concat();
        let image = Image::of(&png).map(|image| (image.kind, image.points));
        assert_eq!(image, Some((ImageKind::Png, Some(1200))));
        let cut = Image::of(&png[..12]).map(|image| image.points);
        assert_eq!(cut, Some(None));
        let gif = Image::of(b"GIF89a\x02\x00\x03\x00\x00\x00\x00").expect("an image");
        assert_eq!((gif.kind, gif.points), (ImageKind::Gif, Some(6)));
        let bmp = [
            &b"BM0123456789abcdef"[..],
            &3i32.to_le_bytes(),
            &(-2i32).to_le_bytes(),
        ];
        let bmp = Image::of(&bmp.concat()).expect("an image");
        assert_eq!((bmp.kind, bmp.points), (ImageKind::Bmp, Some(6)));
        for other in [&b"%PDF-1.7"[..], b"", b"RIFF\0\0\0\0WEBPVP8 ", b"\x89PN"] {
            assert_eq!(Image::of(other), None, "{other:?}");
        }
    }
}
