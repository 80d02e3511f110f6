// What part of the scene is looked at: pan by hand, zoom by pinch, wheel or button. One transform, set once a frame.
import { HEIGHT, WIDTH } from './scene.js';

const CLOSEST = 9;
const REST = 180; // ms without a move until the picture rests
const MIDDLE = 700; // of what matters most, the boat, where the window is too narrow for all

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
    this.left = 0;
    this.top = 0;
    this.fitted = true;
    /** What everybody is to look at, in scene units. @type {{ x: number, y: number } | null} */
    this.aim = null;
    this.upright = 2; // times the whole picture, on a window higher than wide
    this.frame = 0;
    this.isMoving = false;
    this.resting = 0;
    this.resized = new ResizeObserver(() => this.measure());
    this.resized.observe(window);
    this.measure();
  }

  /** Read the size once, when it changes: never while something moves. */
  measure() {
    // Behind another tab it has none: nothing is laid out anew for that.
    if (!this.window.clientWidth && this.width > 1) return;
    this.width = this.window.clientWidth || 1;
    this.height = this.window.clientHeight || 1;
    this.locate();
    if (this.fitted) this.fit();
    else this.move(0, 0);
  }

  get whole() {
    return Math.min(this.width / WIDTH, this.height / HEIGHT);
  }

  /** The scale one starts with: all of it, but on a window upright the part around the boat, big enough to enjoy. */
  get home() {
    return Math.min(this.height / HEIGHT, this.whole * (this.height > this.width ? this.upright : 1));
  }

  /** On a window upright many notes are read only where the picture fills its height. @param {boolean} isFull */
  crowd(isFull) {
    if (this.upright === (isFull ? 3.2 : 2)) return;
    this.upright = isFull ? 3.2 : 2;
    if (this.fitted) this.fit();
  }

  /** Of the window, and of what one starts with in it. */
  get shape() {
    return `${this.width} ${this.height} ${this.home}`;
  }

  get isHome() {
    return this.fitted && Math.abs(this.scale / this.home - 1) < 0.01;
  }

  fit() {
    this.fitted = true;
    this.scale = this.home;
    this.x = hold(this.width / 2 - (this.aim?.x ?? MIDDLE) * this.scale, this.width, WIDTH * this.scale);
    this.y = (this.height - HEIGHT * this.scale) / 2;
    this.draw();
  }

  /** Bring a point into the middle, at the scale that one looks at; null: nothing more. @param {{ x: number, y: number } | null} point */
  aimAt(point) {
    this.aim = point;
    if (!point) return;
    if (this.fitted) this.fit();
    else this.move(this.width / 2 - point.x * this.scale - this.x, this.height / 2 - point.y * this.scale - this.y);
  }

  /** All of the picture, even if small. */
  showAll() {
    this.fitted = false;
    this.scale = this.whole;
    this.move(0, 0);
  }

  /** @param {number} dx pixels @param {number} dy */
  move(dx, dy) {
    this.x = hold(this.x + dx, this.width, WIDTH * this.scale);
    this.y = hold(this.y + dy, this.height, HEIGHT * this.scale);
    this.draw();
  }

  /** Zoom by a factor around a point of the window. @param {number} factor @param {number} [px] @param {number} [py] */
  zoom(factor, px = this.width / 2, py = this.height / 2) {
    const scale = Math.min(Math.max(this.scale * factor, this.whole), this.whole * CLOSEST);
    const change = scale / this.scale;
    this.fitted = false;
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
    return { x: (clientX - this.left - this.x) / this.scale, y: (clientY - this.top - this.y) / this.scale };
  }

  /** Where the window lies on the page: read when a finger comes down, not while it moves. */
  locate() {
    const box = this.window.getBoundingClientRect();
    this.left = box.left;
    this.top = box.top;
  }

  draw() {
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.stir();
      this.world.style.transform = `translate(${this.x}px, ${this.y}px) scale(${this.scale})`;
      this.zoomed(this.scale);
    });
  }

  /** While it moves, notes keep their size; when it rests they take the one that suits. */
  stir() {
    if (!this.isMoving) this.window.classList.add('moving');
    this.isMoving = true;
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      this.isMoving = false;
      this.window.classList.remove('moving');
      this.zoomed(this.scale);
    }, REST);
  }

  destroy() {
    this.resized.disconnect();
    clearTimeout(this.resting);
    cancelAnimationFrame(this.frame);
  }
}

/** Keep the scene in sight: centred where it is smaller than the window. @param {number} at @param {number} window @param {number} size */
function hold(at, window, size) {
  if (size <= window) return (window - size) / 2;
  return Math.min(0, Math.max(window - size, at));
}
