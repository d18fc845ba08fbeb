// Under prefers-reduced-motion nothing moves by itself: no animation runs, no transition takes time, no scrolling glides.
const moving = [...document.querySelectorAll("*")].filter((element) => {
  const style = getComputedStyle(element);
  const takes = (durations) => durations.split(",").some((duration) => parseFloat(duration) > 0.01);
  return takes(style.transitionDuration) || (style.animationName !== "none" && takes(style.animationDuration))
    || style.scrollBehavior === "smooth";
});
const names = new Set(moving.map((element) => `${element.localName}.${element.classList[0] ?? ""}`));
return [...names].map((name) => `${name} moves although motion is unwanted`);
