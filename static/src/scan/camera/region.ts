// Which part of the picture is read: what the aiming frame shows, and nothing beside it.
export interface Region {
  x: number;
  y: number;
  width: number;
  height: number;
}

const WIDTH = 0.8;
/** Of the shorter side, so that a phone held upright (720×1280) reads as high a band as one held across. */
const HEIGHT = 0.45;

export function regionOf(width: number, height: number): Region {
  const region = { width: Math.round(width * WIDTH), height: Math.round(Math.min(width, height) * HEIGHT) };
  return { x: Math.round((width - region.width) / 2), y: Math.round((height - region.height) / 2), ...region };
}

/** Every third frame is looked at in all directions; the two between are quick. */
const HARD_EVERY = 3;

export function isHard(frame: number): boolean {
  return frame % HARD_EVERY === HARD_EVERY - 1;
}
