// Three sounds that differ in pitch, length and rhythm, so that a loud warehouse can tell them apart.
import type { Outcome } from "../domain/outcome";

interface Tone {
  /** Hz, start and length in seconds. */
  pitch: number;
  at: number;
  length: number;
}

const TONES: Record<Outcome, { type: OscillatorType; tones: Tone[]; buzz: number[] }> = {
  ok: { type: "square", tones: [{ pitch: 2700, at: 0, length: 0.07 }], buzz: [] },
  look: {
    type: "triangle",
    tones: [
      { pitch: 1300, at: 0, length: 0.12 },
      { pitch: 1300, at: 0.18, length: 0.12 },
    ],
    buzz: [60],
  },
  alarm: {
    type: "sawtooth",
    tones: [
      { pitch: 520, at: 0, length: 0.28 },
      { pitch: 300, at: 0.28, length: 0.42 },
    ],
    buzz: [200, 80, 200],
  },
};

let context: AudioContext | null = null;

function audio(): AudioContext | null {
  if (context) return context;
  const Make = window.AudioContext ?? (window as { webkitAudioContext?: typeof AudioContext }).webkitAudioContext;
  if (!Make) return null;
  // iOS mutes web audio by the ring switch unless the page says that sound is what it is for.
  const media = (navigator as { audioSession?: { type: string } }).audioSession;
  if (media) media.type = "playback";
  context = new Make();
  return context;
}

/** Browsers allow sound after a touch or a key only: call it from both. */
export function unlockSound(): void {
  const running = audio();
  if (running?.state === "suspended") void running.resume();
}

export function play(outcome: Outcome): void {
  const running = audio();
  const { type, tones, buzz } = TONES[outcome];
  if (buzz.length > 0 && "vibrate" in navigator) navigator.vibrate(buzz);
  if (!running) return;
  for (const { pitch, at, length } of tones) {
    const start = running.currentTime + at;
    const oscillator = running.createOscillator();
    const gain = running.createGain();
    oscillator.type = type;
    oscillator.frequency.value = pitch;
    gain.gain.setValueAtTime(0.25, start);
    gain.gain.exponentialRampToValueAtTime(0.001, start + length);
    oscillator.connect(gain);
    gain.connect(running.destination);
    oscillator.start(start);
    oscillator.stop(start + length);
  }
}
