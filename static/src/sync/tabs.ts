// Tabs of one device tell each other that the log grew or was answered, so that all of them show the same figures.
export class Tabs {
  private readonly channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("pandian");

  constructor(onNews: () => void) {
    this.channel?.addEventListener("message", onNews);
  }

  tell(): void {
    this.channel?.postMessage("changed");
  }
}
