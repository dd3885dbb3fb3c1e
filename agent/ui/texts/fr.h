#pragma once
#include "agent/ui/texts.h"

namespace cmagent::ui::fr {

inline constexpr Words kWords[] = {
    {Line::limit_reached, "Aucun autre flux ne peut être regardé en même temps."},
    {Line::limit_reached_many, "Un autre flux est déjà regardé : la limite est atteinte.",
     Plural::one},
    {Line::limit_reached_many, "{n} autres flux sont déjà regardés : la limite est atteinte."},
    {Line::replaced, "Autre chose a été choisi entre-temps."},
    {Line::changed_meanwhile, "Cela a changé entre-temps. Veuillez réessayer."},
    {Line::metadata_missing,
     "L’application n’a pas donné tout ce qu’il faut pour démarrer ce flux."},
    {Line::throttled, "Trop de tentatives. Veuillez réessayer dans une seconde.", Plural::one},
    {Line::throttled, "Trop de tentatives. Veuillez réessayer dans {n} secondes."},
    {Line::service_not_understood,
     "Le service a donné une réponse inattendue. Veuillez vérifier la connexion à Internet."},
    {Line::service_refuses_app, "Le service n’accepte pas cette application."},
    {Line::service_not_secure, "Aucune connexion sécurisée au service n’est possible."},
    {Line::service_unreachable,
     "Le service est injoignable. Veuillez vérifier la connexion à Internet."},
    {Line::service_silent, "Le service ne répond pas. Veuillez réessayer."},
    {Line::clock_not_set,
     "L’horloge de cet appareil n’est pas encore réglée. Veuillez réessayer dans un instant."},
    {Line::too_many_sessions, "Cet appareil ne peut pas lire plus de flux en même temps."},
    {Line::busy, "Cet appareil est occupé. Veuillez réessayer."},
    {Line::shutting_down, "Cet appareil est sur le point de redémarrer."},
    {Line::app_fault, "L’application a demandé quelque chose d’impossible."},
    {Line::not_permitted, "L’application n’a pas le droit de faire cela."},
    {Line::gone, "Ceci n’existe plus."},
    {Line::internal_fault, "Un problème est survenu sur cet appareil."},
    {Line::stopped_by_device, "La lecture a été arrêtée par {device}."},
    {Line::stopped_by_device_app, "La lecture a été arrêtée par {device} ({app})."},
    {Line::stopped_by_app, "La lecture a été arrêtée par {app} sur un autre appareil."},
    {Line::stopped_by_nobody, "La lecture a été arrêtée par un autre appareil."},
    {Line::displaced, "La lecture a été arrêtée car un autre appareil a commencé à regarder."},
    {Line::denied,
     "La lecture a été arrêtée : il n’est plus possible de regarder sur cet appareil."},
    {Line::unreachable_too_long,
     "La lecture a été arrêtée car le service est resté injoignable trop longtemps."},
    {Line::logged_out, "La lecture a été arrêtée car vous avez été déconnecté."},
    {Line::paused_too_long, "La lecture a été arrêtée après une longue pause."},
    {Line::playback_ended, "La lecture est terminée."},
    {Line::app_lost, "La lecture a été arrêtée car l’application s’est fermée."},
    {Line::device_ends,
     "La lecture a été arrêtée car cet appareil est sur le point de redémarrer."},
};

// CLDR: 0 and 1 are singular.
inline Plural plural(std::int64_t n) {
    return n == 0 || n == 1 ? Plural::one : Plural::other;
}

}  // namespace cmagent::ui::fr
