// The pictures of a playing video, each once.

/** Call `frame` for every new picture; the answer ends it. Without frame callbacks the screen's beat serves. */
export function everyFrame(video: HTMLVideoElement, frame: () => void): () => void {
  if (typeof (video as Partial<HTMLVideoElement>).requestVideoFrameCallback !== "function") {
    return everyBeat(video, frame);
  }
  let handle = video.requestVideoFrameCallback(function next() {
    handle = video.requestVideoFrameCallback(next);
    frame();
  });
  return () => video.cancelVideoFrameCallback(handle);
}

function everyBeat(video: HTMLVideoElement, frame: () => void): () => void {
  let shown = -1;
  let handle = requestAnimationFrame(function beat() {
    if (video.currentTime !== shown && video.videoWidth > 0) {
      shown = video.currentTime;
      frame();
    }
    handle = requestAnimationFrame(beat);
  });
  return () => cancelAnimationFrame(handle);
}
