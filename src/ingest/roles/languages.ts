import type { Hint } from './hint.ts';

/**
 * Words of headers in German, Spanish and French, without accents, as `WORDS` has them for English. Umlauts are
 * written both ways (`vorganger`, `vorgaenger`).
 */
export const WORDS_OF_LANGUAGES: Readonly<Partial<Record<Hint, string>>> = {
  time:
    'zeit datum uhrzeit zeitpunkt zeitstempel termin fecha hora fechahora instante heure horodatage horodate ' +
    'dateheure',
  id: 'nummer kennung schlussel schluessel lfdnr lfd numero identificador clave identifiant cle matricule',
  label: 'bezeichnung beschreibung kurztext nombre descripcion codigo etiqueta libelle intitule',
  kind: 'gruppe kategorie tipo clase categoria grupo categorie groupe',
  queue: 'eingereiht warteschlange eingestellt encolado encolada soumis soumise soumission',
  request:
    'angefordert anforderung angelegt erstellt eingang eingegangen anfrage beauftragt angemeldet solicitado solicitada ' +
    'solicitud creado creada creacion recibido recibida demande demandee cree creee creation recu recue reception',
  eligible:
    'freigabe freigegeben bereit startbereit lauffahig lauffaehig ablauffahig ablauffaehig liberado liberada ' +
    'liberacion habilitado libere liberee liberation pret prete eligible',
  start:
    'beginn begonnen anfang gestartet startzeit startdatum anlauf inicio iniciado iniciada comienzo arranque debut ' +
    'demarrage demarre demarree commence lancement lance lancee',
  end:
    'ende endzeit enddatum endezeit beendet beendigung fertig fertiggestellt abgeschlossen abschluss finalizado ' +
    'finalizada finalizacion terminado terminada termino fini finie termine terminee achevement acheve',
  work:
    'auftrag auftrags prozess vorgang programm aufgabe verfahren proceso tarea trabajo programa procedimiento ' +
    'processus tache traitement programme procedure travail',
  activity: 'aktivitat aktivitaet tatigkeit taetigkeit arbeitsschritt actividad activite etape',
  event: 'ereignis evento evenement',
  run: 'lauf laufs ausfuhrung ausfuehrung durchlauf ejecucion corrida execution',
  module: 'modul bereich anwendung teilsystem modulo aplicacion subsistema sistema domaine application',
  host: 'rechner maschine knoten servidor maquina equipo serveur noeud hote ordinateur',
  resource: 'bearbeiter ressource ausfuhrender recurso ejecutor ressources executant',
  user:
    'benutzer benutzers nutzer anwender anforderer besitzer auftraggeber bediener usuario usuaria operador ' +
    'solicitante propietario utilisateur utilisatrice operateur demandeur proprietaire',
  by: 'von durch',
  status: 'zustand ergebnis ruckgabe rueckgabe estado resultado situacion etat statut resultat',
  depends:
    'vorganger vorgaenger voraussetzung abhangig abhaengig abhangigkeit abhaengigkeit predecesor predecesora ' +
    'dependencia depende predecesseur dependance depend prerequis',
  parent: 'ubergeordnet uebergeordnet elternauftrag padre superior',
  chain: 'kette ketten cadena maestro chaine maitre',
  parameters: 'parametros parametro parametre parametres argumente argumentos',
  schedule: 'zeitplan planificacion programacion planification ordonnancement',
  priority: 'prioritat prioritaet dringlichkeit prioridad priorite',
  attempts:
    'versuch versuche wiederholung wiederholungen intento intentos reintentos tentative tentatives essais',
  duration: 'dauer laufzeit duracion duree',
  wait: 'wartezeit warten espera attente',
  second: 'sekunde sekunden sek segundo segundos seconde secondes',
  other_unit: 'minuten stunden stunde minutos horas heures',
  case: '',
  row: 'zeile datensatz fila registro ligne enregistrement',
  planned: 'geplant geplante vorgesehen soll fallig faellig frist previsto planificado prevu prevue echeance',
  changed:
    'geandert geaendert anderung aenderung aktualisiert archiviert geloscht geloescht modificado actualizado ' +
    'modifie modifiee archivado archive maj',
  calendar:
    'buchungsmonat buchungsperiode abrechnungsmonat abrechnungsperiode abschlussmonat contable comptable monat jahr quartal periode buchung gultig gueltig gebucht ano trimestre periodo mois annee valable',
  flag: 'kennzeichen aktiv indicador activo indicateur actif',
  count: 'anzahl menge stuck stueck cantidad quantite',
  amount:
    'betrag preis kosten summe umsatz wert saldo steuer netto brutto gebuhr importe monto precio coste costo ventas ' +
    'impuesto saldo montant prix cout ventes taxe solde',
  trade:
    'kunde kunden artikel produkt rechnung lieferant bestellung lieferung cliente producto articulo factura proveedor ' +
    'client produit facture fournisseur commande livraison',
  geo: 'ort stadt strasse pais ciudad calle direccion provincia pays ville rue adresse',
  postal: 'postleitzahl',
  currency: 'wahrung waehrung moneda divisa devise monnaie',
  prose: 'bemerkung kommentar notiz meldung hinweis comentario observaciones mensaje remarque commentaire',
  noise: 'wochenende kalender legende spende sendung',
};

/** Words that mean the end in Spanish and French, and in English are short for something else (`FIN_PERIOD`). */
export const SHAKY: Readonly<Partial<Record<string, Hint>>> = { fin: 'end', final: 'end' };
