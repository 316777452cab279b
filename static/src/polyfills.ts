// What the oldest supported WebViews (Chrome 74) lack and our code or our libraries use.
export {};

if (typeof globalThis === "undefined") {
  Object.defineProperty(self, "globalThis", { value: self, configurable: true, writable: true });
}
if (!Object.hasOwn) {
  Object.defineProperty(Object, "hasOwn", {
    // biome-ignore lint/suspicious/noPrototypeBuiltins: Object.hasOwn is what is missing here
    value: (target: object, key: PropertyKey) => Object.prototype.hasOwnProperty.call(target, key),
    configurable: true,
    writable: true,
  });
}
