/** Long lists are drawn in steps: what stands at the end of what is drawn asks for more before it comes into sight. */

/** px before it is seen. */
const aheadPx = 900;

/** An attachment for an element within a Page. @param more  called once it comes near. */
export const nearEnd = (more: () => void) => (element: HTMLElement) => {
  const watch = new IntersectionObserver(
    ([entry]) => {
      if (entry?.isIntersecting) more();
    },
    { root: element.closest('.page'), rootMargin: `${aheadPx}px` },
  );
  watch.observe(element);
  return () => watch.disconnect();
};
