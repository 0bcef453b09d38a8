// first tests follow
