// The camera itself: which one, what it can do, and in which of five ways it can be missing.

/** What stands in the way; each has a help screen of its own. */
export type Help = "insecure" | "denied" | "missing" | "busy" | "decoder";

export interface Abilities {
  torch: boolean;
  /** The steps offered, 1 = as it is; empty without zoom. */
  zoom: number[];
  /** Cameras to change between; fewer than two are no choice. */
  lenses: { id: string; label: string }[];
  lens: string | null;
}

export const NO_ABILITIES: Abilities = { torch: false, zoom: [], lenses: [], lens: null };

const CHOSEN = "pandian.camera.lens";
const ZOOM_STEPS = [1, 2];

/** What the specification has and TypeScript's library does not: cameras of phones. */
interface PhoneCapabilities extends MediaTrackCapabilities {
  torch?: boolean;
  zoom?: { min: number; max: number };
  focusMode?: string[];
}

/** Names of errors, old and new. */
const HELP: Record<string, Help> = {
  NotAllowedError: "denied",
  PermissionDeniedError: "denied",
  SecurityError: "denied",
  NotFoundError: "missing",
  DevicesNotFoundError: "missing",
  NotReadableError: "busy",
  TrackStartError: "busy",
  AbortError: "busy",
};

export function helpFor(error: unknown): Help {
  return HELP[(error as { name?: string } | null)?.name ?? ""] ?? "missing";
}

/** What is already certain before the camera is asked for. */
export function helpBefore(page: { isSecureContext: boolean; mediaDevices: unknown }): Help | null {
  if (page.mediaDevices) return null;
  return page.isSecureContext ? "missing" : "insecure";
}

function request(lens: string | null): MediaStreamConstraints {
  const size = { width: { ideal: 1280 }, height: { ideal: 720 } };
  return {
    audio: false,
    video: lens ? { ...size, deviceId: { exact: lens } } : { ...size, facingMode: "environment" },
  };
}

/** The stream of the chosen camera; where that one is gone, of the one that looks away from the person. */
export async function openStream(): Promise<MediaStream> {
  const chosen = localStorage.getItem(CHOSEN);
  if (chosen) {
    try {
      return await navigator.mediaDevices.getUserMedia(request(chosen));
    } catch (error) {
      if (helpFor(error) === "denied") throw error;
      localStorage.removeItem(CHOSEN);
    }
  }
  return navigator.mediaDevices.getUserMedia(request(null));
}

export function chooseLens(id: string): void {
  localStorage.setItem(CHOSEN, id);
}

function capabilities(track: MediaStreamTrack): PhoneCapabilities {
  return typeof track.getCapabilities === "function" ? (track.getCapabilities() as PhoneCapabilities) : {};
}

/** Only what the camera says it can do is offered. */
export async function abilitiesOf(track: MediaStreamTrack): Promise<Abilities> {
  const { torch, zoom } = capabilities(track);
  const devices = await navigator.mediaDevices.enumerateDevices();
  const cameras = devices.filter(({ kind, deviceId }) => kind === "videoinput" && deviceId !== "");
  return {
    torch: torch === true,
    zoom: zoom && zoom.max > zoom.min ? ZOOM_STEPS.filter((step) => step >= zoom.min && step <= zoom.max) : [],
    lenses: cameras.map(({ deviceId, label }) => ({ id: deviceId, label })),
    lens: track.getSettings().deviceId ?? null,
  };
}

export async function apply(track: MediaStreamTrack, setting: Record<string, unknown>): Promise<void> {
  await track.applyConstraints({ advanced: [setting as MediaTrackConstraintSet] });
}

/** Labels come nearer and go: a camera that focused once stays blurred. */
export async function keepFocusing(track: MediaStreamTrack): Promise<void> {
  if (capabilities(track).focusMode?.includes("continuous")) await apply(track, { focusMode: "continuous" });
}

/** After an app switch iOS may come back with a track that is dead or sends black. */
export function isAlive(stream: MediaStream | null): boolean {
  const track = stream?.getVideoTracks()[0];
  return track !== undefined && track.readyState === "live" && !track.muted;
}

export function release(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}
