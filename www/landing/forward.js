// The digits page once was here. An address that holds a state of it leads on before anything is drawn.

function forward() {
  if (location.hash.startsWith('#v=1'))
    location.replace(`digits/${location.search}${location.hash}`);
}

forward();
addEventListener('hashchange', forward);
