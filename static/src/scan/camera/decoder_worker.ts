// Reads codes off pictures beside the page, so that a hard frame never holds up a touch. A classic worker: module
// workers came to Safari with 15 and to Chrome with 80.
import "../../polyfills";
import { prepareZXingModule, type ReaderOptions, type ReadResult, readBarcodes } from "zxing-wasm/reader";
import wasmAddress from "zxing-wasm/reader/zxing_reader.wasm?url";
import { FORMATS, type RawRead, textOfBytes } from "./reading";

export interface Question {
  id: number;
  picture: ImageData;
  hard: boolean;
}

export interface Answer {
  id: number;
  reads?: RawRead[];
  /** Time of the decoding alone. */
  ms?: number;
  error?: string;
}

// Our own copy: left to itself the library asks a CDN, which a warehouse without Internet does not have.
prepareZXingModule({ overrides: { locateFile: () => wasmAddress } });

const QUICK: ReaderOptions = {
  formats: Object.keys(FORMATS) as (keyof typeof FORMATS)[],
  tryHarder: false,
  tryRotate: false,
  tryInvert: false,
  tryDownscale: false,
  textMode: "Plain",
  eanAddOnSymbol: "Ignore",
  maxNumberOfSymbols: 8,
};
// The half-size copy is an average of neighbours: it takes the noise out of dark pictures.
const HARD: ReaderOptions = {
  ...QUICK,
  tryHarder: true,
  tryRotate: true,
  tryDownscale: true,
  downscaleThreshold: 200,
  downscaleFactor: 2,
};
const MATRIX = /^(QRCode|MicroQRCode|DataMatrix)/;

function rawRead(result: ReadResult): RawRead {
  const { topLeft, topRight, bottomRight, bottomLeft } = result.position;
  const text = MATRIX.test(result.format) ? textOfBytes(result.bytes, result.text, result.hasECI) : result.text;
  return {
    text,
    format: result.format,
    identifier: result.symbologyIdentifier,
    corners: [topLeft, topRight, bottomRight, bottomLeft],
  };
}

const answer = (message: Answer) => (self as unknown as Worker).postMessage(message);

async function read({ id, picture, hard }: Question): Promise<void> {
  try {
    const began = performance.now();
    const results = await readBarcodes(picture, hard ? HARD : QUICK);
    answer({ id, reads: results.filter(({ isValid }) => isValid).map(rawRead), ms: performance.now() - began });
  } catch (error) {
    answer({ id, error: String(error) });
  }
}

self.addEventListener("message", (event: MessageEvent<Question>) => void read(event.data));
// The first look loads and compiles the decoder: have that behind us before the camera shows anything.
void read({ id: 0, picture: new ImageData(8, 8), hard: false });
