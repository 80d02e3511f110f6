// What part of the scene is looked at: pan by hand, zoom by pinch, wheel or button. One transform, set once a frame.
import { HEIGHT, WIDTH } from './scene.js';

const CLOSEST = 5;

export class Camera {
  /**
   * @param {HTMLElement} window what one looks through
   * @param {HTMLElement} world what is moved behind it
   * @param {(scale: number) => void} zoomed called when the scale has changed
   */
  constructor(window, world, zoomed) {
    this.window = window;
    this.world = world;
    this.zoomed = zoomed;
    this.scale = 1;
    this.x = 0;
    this.y = 0;
    this.width = 1;
    this.height = 1;
    this.fitted = true;
    this.frame = 0;
    this.resized = new ResizeObserver(() => this.measure());
    this.resized.observe(window);
    this.measure();
  }

  /** Read the size once, when it changes: never while something moves. */
  measure() {
    this.width = this.window.clientWidth || 1;
    this.height = this.window.clientHeight || 1;
    if (this.fitted) this.fit();
    else this.move(0, 0);
  }

  get whole() {
    return Math.min(this.width / WIDTH, this.height / HEIGHT);
  }

  fit() {
    this.fitted = true;
    this.scale = this.whole;
    this.x = (this.width - WIDTH * this.scale) / 2;
    this.y = (this.height - HEIGHT * this.scale) / 2;
    this.draw();
  }

  /** @param {number} dx pixels @param {number} dy */
  move(dx, dy) {
    this.x = hold(this.x + dx, this.width, WIDTH * this.scale);
    this.y = hold(this.y + dy, this.height, HEIGHT * this.scale);
    this.draw();
  }

  /** Zoom by a factor around a point of the window. @param {number} factor @param {number} [px] @param {number} [py] */
  zoom(factor, px = this.width / 2, py = this.height / 2) {
    const scale = Math.min(Math.max(this.scale * factor, this.whole), this.whole * CLOSEST + 1);
    const change = scale / this.scale;
    this.fitted = scale <= this.whole * 1.001;
    this.x = px - (px - this.x) * change;
    this.y = py - (py - this.y) * change;
    this.scale = scale;
    this.move(0, 0);
  }

  /** Look at a rectangle of the scene. @param {{ left: number, top: number, right: number, bottom: number }} of */
  lookAt(of) {
    const margin = 120;
    const width = of.right - of.left + margin * 2;
    const height = of.bottom - of.top + margin * 2;
    this.scale = Math.min(Math.max(Math.min(this.width / width, this.height / height), this.whole), this.whole * CLOSEST);
    this.fitted = false;
    this.x = this.width / 2 - ((of.left + of.right) / 2) * this.scale;
    this.y = this.height / 2 - ((of.top + of.bottom) / 2) * this.scale;
    this.move(0, 0);
  }

  /** From pixels of the page to scene units. @param {number} clientX @param {number} clientY */
  toScene(clientX, clientY) {
    const box = this.window.getBoundingClientRect();
    return { x: (clientX - box.left - this.x) / this.scale, y: (clientY - box.top - this.y) / this.scale };
  }

  draw() {
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.world.style.transform = `translate(${this.x}px, ${this.y}px) scale(${this.scale})`;
      this.zoomed(this.scale);
    });
  }

  destroy() {
    this.resized.disconnect();
    cancelAnimationFrame(this.frame);
  }
}

/** Keep the scene in sight: centred where it is smaller than the window. @param {number} at @param {number} window @param {number} size */
function hold(at, window, size) {
  if (size <= window) return (window - size) / 2;
  return Math.min(0, Math.max(window - size, at));
}
