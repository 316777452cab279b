// A camera's picture made small enough to keep and to send: a JPEG of at most 1600 pixels a side, and one to be shown.

const SIDE_MAX = 1600;
const THUMB_SIDE = 128;
const QUALITY = 0.82;

export class Unreadable extends Error {
  constructor(cause?: unknown) {
    super("the picture cannot be read");
    this.name = "Unreadable";
    this.cause = cause;
  }
}

type Picture = ImageBitmap | HTMLImageElement;

async function open(file: Blob): Promise<Picture> {
  if (typeof createImageBitmap === "function") {
    try {
      return await createImageBitmap(file, { imageOrientation: "from-image" });
    } catch {
      // Older browsers know no options, or not this format here: an <img> may.
    }
  }
  const address = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    return image;
  } catch (error) {
    throw new Unreadable(error);
  } finally {
    URL.revokeObjectURL(address);
  }
}

function draw(picture: Picture, side: number): HTMLCanvasElement {
  const scale = Math.min(1, side / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const context = canvas.getContext("2d");
  if (!context) throw new Unreadable("no canvas");
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas;
}

export async function shrink(file: Blob): Promise<{ bytes: ArrayBuffer; thumb: string }> {
  const picture = await open(file);
  const canvas = draw(picture, SIDE_MAX);
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  if (!blob) throw new Unreadable("no JPEG");
  const thumb = draw(picture, THUMB_SIDE).toDataURL("image/jpeg", 0.6);
  if ("close" in picture) picture.close();
  return { bytes: await new Response(blob).arrayBuffer(), thumb };
}
